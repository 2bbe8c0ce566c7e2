import { expect, test } from "vitest";
import { Finger } from "../../practice/stage/finger.ts";

// Two practice keys wait at once; the finger touches the one that is meant.

const never = new AbortController().signal;

/** Which of the two keys were touched, after all that is ready has run. */
async function touched(
  finger: Finger,
  act: () => void = () => undefined,
): Promise<readonly string[]> {
  const pressed: string[] = [];
  for (const label of ["north", "south"])
    void finger
      .press(label)(never)
      .then(() => void pressed.push(label));
  act();
  await new Promise((later) => setTimeout(later, 5));
  return pressed;
}

test("the stage's own people touch the key that their task is for, and only that", async () => {
  const finger = new Finger();
  expect(await finger.at("south", () => touched(finger))).toEqual(["south"]);
  expect(await finger.at("north", () => touched(finger))).toEqual(["north"]);
  // Whatever the vault process asks for by itself is touched at once.
  expect(await touched(finger)).toEqual(["north", "south"]);
});

test("people touch the key that they name, or the first that waits; the finger then rests there", async () => {
  const finger = new Finger();
  finger.isOf("people");
  expect(await touched(finger)).toEqual([]);
  expect(await touched(finger, () => finger.touch("south"))).toEqual(["south"]);
  expect(await touched(finger)).toEqual(["south"]);
  finger.isOf("people");
  expect(await touched(finger, () => finger.touch(null))).toEqual(["north"]);
});

test("a finger that is lowered before any key waits is on the next that does", async () => {
  const finger = new Finger();
  finger.isOf("people");
  finger.touch(null);
  expect(await touched(finger)).toEqual(["north"]);
});

test("a key that waits no longer is not the first that waits", async () => {
  const finger = new Finger();
  finger.isOf("people");
  const over = new AbortController();
  void finger.press("north")(over.signal);
  over.abort();
  let south = false;
  void finger
    .press("south")(never)
    .then(() => {
      south = true;
    });
  finger.touch(null);
  await new Promise((later) => setTimeout(later, 5));
  expect(south).toBe(true);
});
