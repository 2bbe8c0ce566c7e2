import axe from "axe-core";
import type { Page } from "playwright-core";

/** What every screen must hold, asked of the page as it stands. */

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** By the rules named, or by all. Papers in frames are opened by themselves, in papers.test.ts. */
export async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    `axe.run(document, ${JSON.stringify({
      iframes: false,
      resultTypes: ["violations"],
      ...(rules === undefined ? {} : { runOnly: rules }),
    })})`,
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
  );
}

/** Boxes that scroll although the design promises that they do not. */
export const scrolling = (page: Page, mayScroll: boolean): Promise<string[]> =>
  page.evaluate((documentMayScroll) => {
    const boxes = [
      document.documentElement,
      ...document.querySelectorAll<HTMLElement>(
        documentMayScroll ? ".margin, .rail ol" : ".sheet, .margin, .rail ol",
      ),
    ];
    return boxes.flatMap((box) => {
      const over = [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight];
      return over.some((by) => by > 1) ? [`${box.className || "page"} by ${over.join(", ")}`] : [];
    });
  }, mayScroll);

/** Text that is cut off, or leaves the window to the right. */
export const clipped = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > width + 1) found.push("the page is too wide");
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      const own = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "",
      );
      if (!own || element.closest(".vh, svg, option, [hidden], .under[inert]") !== null) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0) continue;
      const said = (element.textContent ?? "").slice(0, 40);
      if (box.right > width + 1 || box.left < -1) found.push(`outside: ${said}`);
      const isCut =
        element.scrollWidth > element.clientWidth + 1 &&
        getComputedStyle(element).display !== "inline" &&
        !element.classList.contains("one-line");
      if (isCut) found.push(`cut: ${said}`);
      const holder = element.closest<HTMLElement>("button, .band, .foot, .seats li");
      if (holder !== null && holder !== element) {
        const around = holder.getBoundingClientRect();
        if (box.right > around.right + 1 || box.bottom > around.bottom + 1)
          found.push(`over its box: ${said}`);
      }
    }
    return found;
  });

const MONTH = /^\s*\d+\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/;

/**
 * In the pseudo-locale: words that are neither accented nor given with the stage, so that they
 * never went through the catalogue.
 */
export async function untranslated(page: Page, given: string): Promise<string[]> {
  const said = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node.parentElement?.closest("script, style") === null) texts.push(node.textContent ?? "");
    for (const element of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]"))
      for (const name of ["aria-label", "alt", "title", "placeholder"])
        texts.push(element.getAttribute(name) ?? "");
    return texts;
  });
  const flat = given.replace(/\\n\s*/g, " ");
  return [...new Set(said.map((text) => text.trim()))].filter(
    (text) =>
      /[a-z]{3}/.test(text) &&
      !/[áéíóúÁÉÓ]/.test(text) &&
      !MONTH.test(text) &&
      !text.split(", ").every((part) => flat.includes(part.replace(/\s+/g, " ").slice(0, 24))),
  );
}

/** Buttons filled with ink that can be seen. */
export const primaries = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      [...document.querySelectorAll(".act")].filter((element) => element.checkVisibility()).length,
  );

interface Step {
  /** In reading order; -1: an element that was not there when the walk began. */
  readonly place: number;
  /** Whether the focus can be seen. */
  readonly ring: boolean;
  readonly html: string;
}

/** What the page under test keeps of a walk. */
interface Walked {
  walked: Step[];
}

interface TabWalk {
  /** Elements that can be focused and that Tab did not come to, and the other way round. */
  readonly missed: string[];
  /** Places where Tab went back in reading order. */
  readonly back: number[];
  /** Elements whose focus can't be seen. */
  readonly unseen: string[];
}

/** Walks the window by Tab alone, from its start to its end. */
export async function walkByTab(page: Page): Promise<TabWalk> {
  const wanted = await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    const all = [
      ...document.querySelectorAll<HTMLElement>(
        "button, input, select, textarea, summary, iframe, a[href], [tabindex]",
      ),
    ].filter(
      (element) =>
        element.tabIndex >= 0 && element.checkVisibility() && element.closest("[inert]") === null,
    );
    // One of a group of radio buttons is reached by Tab; the arrow keys reach the others.
    const radios = all.filter((element) => (element as HTMLInputElement).type === "radio");
    const reached = all.filter((element) => !radios.slice(1).includes(element));
    for (const [index, element] of reached.entries()) element.dataset["walk"] = String(index);
    // Which one that is, where none is chosen, the browser decides: they have one place.
    for (const radio of radios) radio.dataset["walk"] = radios[0]?.dataset["walk"] ?? "";
    return reached.map((element) => element.outerHTML.slice(0, 80));
  });
  // The page itself writes down where the focus went: a key at the end of the page takes it to the
  // browser and back, and on a busy machine a question right after the key is answered too early.
  await page.evaluate(() => {
    const walked: Step[] = [];
    (window as unknown as Walked).walked = walked;
    const stepOn = (element: HTMLElement): void => {
      const ring = [element, element.closest("li")].some((one) => {
        if (one === null) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      });
      const place = Number(element.dataset["walk"] ?? "-1");
      walked.push({ place, ring, html: element.outerHTML.slice(0, 80) });
    };
    document.addEventListener("focusin", ({ target }) => stepOn(target as HTMLElement));
    // A frame takes the focus without telling its page.
    window.addEventListener("blur", () => {
      const element = document.activeElement;
      if (element instanceof HTMLIFrameElement) stepOn(element);
    });
  });
  let steps: readonly Step[] = [];
  for (let press = 0; press < 2 * wanted.length + 4; press++) {
    await page.keyboard.press("Tab");
    steps = await page.evaluate(() => (window as unknown as Walked).walked);
    const places = steps
      .map(({ place }) => place)
      .filter((at, index, all) => at !== all[index - 1]);
    if (new Set(places).size < places.length) break;
  }
  const seen = [...new Set(steps.map(({ place }) => place))];
  const back = seen.filter((place, index) => index > 0 && place < (seen[index - 1] ?? 0));
  const unseen = steps
    .filter(({ ring, html }) => !ring && !html.startsWith("<iframe"))
    .map(({ html }) => html);
  return {
    missed: wanted.filter((_, index) => !seen.includes(index)),
    // The walk begins after the title, where a new screen puts the focus: it comes round once.
    back: back.length === 1 && back[0] === 0 ? [] : back,
    unseen,
  };
}
