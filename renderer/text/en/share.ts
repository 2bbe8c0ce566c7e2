import { capital, either, number, plural } from "../say.ts";

/** Entering a share: words, QR code or stick, then the passphrase. */
export const share = {
  share: {
    rail: "Steps of entering a share",
    steps: { card: "Your card", passphrase: "Your passphrase" },
    title: (missing: number, seated: number) =>
      seated === 0
        ? `${capital(number(missing))} ${plural(missing, "custodian is", "custodians are")} needed`
        : missing === 1
          ? "One more custodian"
          : `${capital(number(missing))} more custodians`,
    lead: "Anyone not yet seated may type now. The others look away.",
    leadPractice: "Use a custodian’s practice card, at the right, or type its words.",
    seats: "Seats",
    seat: (place: number) => `${capital(ORDINALS[place - 1] ?? `${place}th`)} seat`,
    seated: "share is in",
    typing: "being typed",
    free: "free",
    ways: "How the card comes in",
    words: "Type words",
    code: "Show the QR code",
    stick: "Plug in the USB stick",

    grid: "Words of the card",
    word: (place: number) => `Word ${place}`,
    unknown: (places: readonly string[]) =>
      places.length === 1
        ? `Word ${places[0]} is not in the word list.`
        : `Words ${both(places)} are not in the word list.`,
    unknownTodo: "Compare with the card. Nothing was lost.",
    missing: (count: number) => `${count} ${plural(count, "word")} still missing.`,
    missingTodo: "A card has 43. What is typed stays.",
    probably: (places: readonly string[]) =>
      places.length === 1
        ? `Word ${places[0]} is probably wrong.`
        : `Words ${both(places)} are probably wrong.`,
    probablyTodo: "Compare with the card. Nothing was lost.",

    codeTitle: "Hold the card’s code before the camera",
    codeLead: "The picture is mirrored and goes nowhere. The camera stops when you leave this tab.",
    codeStarting: "The camera is starting",
    codeNone: "No camera answers here",
    codeNoneTodo: "Type the words, or plug in the stick. They carry the same share.",
    codeLooking: "Looking for a code",
    codeOther: "That code is no share card.",
    codeVideo: "What the camera sees, mirrored",

    stickWait: "Plug in your USB stick",
    stickWaitLead: "The file is found by itself. Nothing is written to the stick.",
    stickFound: (count: number) =>
      count === 1
        ? "One card was found"
        : `${capital(number(count))} cards were found: choose yours`,

    read: "The card is read",
    readLead: (from: string) => `Read from ${from}. Its words need not be typed.`,
    fromCamera: "the camera",
    fromPaste: "what was pasted",
    readAgain: "Read another card",

    passphraseTitle: "Now your passphrase",
    passphraseLead: "It was written down at the sealing, by you. Spaces between the words.",
    passphraseLeadPractice: "It came with the practice card. For real, its custodian types it.",
    passphrase: "Passphrase",
    passphraseWords: (count: number) => `${count} ${plural(count, "word")}`,
    passphraseKnown: (count: number) =>
      `${count} ${plural(count, "word")}, ${count === 1 ? "it is" : "each"} in the word list`,
    passphraseUnknown: (place: number) =>
      `Word ${place} is not in the word list. Fine, if you chose your own passphrase.`,
    passphraseEmpty: "Nothing is shown while you type. Hold the button to see it.",
    caps: "Caps Lock is on.",
    layout: "Try this keyboard",
    layoutNote: "Type a few letters here to see what the keys give. Not the passphrase.",

    who: "Who may come",
    whoText: (names: readonly string[]) => `${either(names)}.`,
    typingTitle: "Typing",
    typingText: "Four letters are enough; the rest of the word fills itself in.",
    wrongTitle: "If it is refused",
    wrongText: "The screen says which part, and why. Everything that was typed stays.",
    handTitle: "Nothing is shown",
    handText: "Hold “Hold to show” to see what was typed. The words of the card stay as they are.",

    note: "The passphrase comes next.",
    next: "Next: passphrase",
    checkNote: "A wrong share costs nothing; the screen says what is wrong.",
    check: "Check this share",
    checking: "The share is being checked. This takes a second or two.",
    back: "Back to the card",

    accepted: (who: string) => `${who} is seated`,
    acceptedLead: (missing: number) =>
      missing === 0
        ? "The shares are together."
        : `${capital(number(missing))} more ${plural(missing, "custodian is", "custodians are")} needed.`,
    acceptedTodo: "Take your card back, and put it into its bag.",
    acceptedNote: "This window closes; what was typed in it is gone.",
    done: "Give the keyboard back",

    practice: "In practice",
    practiceLead: "You play every custodian. Their cards are kept for you.",
    practiceWho: "Whose card is in your hand",
    practiceUse: (who: string) => `Use ${who}’s practice card`,
    practiceMisread: "Misread one of its words",
    practiceStick: (who: string) => `Plug in ${who}’s practice stick`,
    practiceNoCamera: "A practice card is on no paper: type its words, or use its stick.",
  },
};

const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");

const both = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
