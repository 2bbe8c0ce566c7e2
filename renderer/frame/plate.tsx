/** The vault's plate at the rail's foot. */

export interface PlateFacts {
  readonly name: string;
  readonly note: string;
  readonly mark?: boolean;
}

export function Plate({ name, note, mark = false }: PlateFacts) {
  return (
    <p className="plate">
      {mark && (
        <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="4" />
          <path d="M6 10h20M10 18l6 6 6-6" />
        </svg>
      )}
      <b>{name}</b>
      {note}
    </p>
  );
}
