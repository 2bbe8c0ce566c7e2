import type { ReactNode } from "react";

export type Fact = readonly [label: string, value: ReactNode];

/** Label and value, a hairline between. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(([label, value]) => (
      <div key={label} className="fact">
        <dt>{label}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

/** Account ids and the like, one a line or in a row. */
export const Ids = ({ ids }: { readonly ids: readonly string[] }) => (
  <>
    {ids.map((id, index) => (
      <span key={id}>
        {index > 0 && ", "}
        <span className="mono">{id}</span>
      </span>
    ))}
  </>
);
