import { text } from "../text/text.ts";

export interface Seat {
  readonly title: string;
  readonly note: string;
  readonly state: "filled" | "now" | "free";
}

interface SeatsProps {
  readonly label: string;
  readonly seats: readonly Seat[];
  readonly tall?: boolean;
}

/** More seats than these don't fit in a row: then a tally says it. */
const MOST = 6;

export function Seats({ label, seats, tall = false }: SeatsProps) {
  const filled = seats.filter(({ state }) => state === "filled");
  const tally = text.seatsTally(filled.length, seats.length);
  return (
    <>
      <p className={seats.length > MOST ? "tally" : "vh"} role="status">
        {tally}
      </p>
      {seats.length > MOST && <p>{filled.map(({ title }) => title).join(", ")}</p>}
      {seats.length <= MOST && (
        <ul className={tall ? "seats tall" : "seats"} aria-label={label}>
          {seats.map(({ title, note, state }) => (
            <li key={title} className={state}>
              <b>{title}</b>
              {note}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
