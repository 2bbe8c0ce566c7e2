import { text } from "../text/text.ts";
import type { DrillView } from "./rail.tsx";

type Compared = NonNullable<DrillView["told"]>["compared"];

const WIDE = 200;
const TALL = 16;

/**
 * A bar a step in the scale of the longest, and a line where the usual time stands; the numbers stand
 * beside it, so that nothing rests on a length alone.
 */
export function StepTimes({ compared }: { readonly compared: Compared }) {
  const said = text.drill.told;
  const most = Math.max(1, ...compared.flatMap(({ ms, usualMs }) => [ms, usualMs ?? 0]));
  const at = (ms: number): number => Math.max(1, (ms / most) * (WIDE - 2));
  return (
    <table className="ledger times">
      <caption>{said.times}</caption>
      <thead>
        <tr>
          <th>{said.step}</th>
          <th className="end">{said.now}</th>
          <th className="scale" aria-hidden="true" />
          <th className="end">{said.usual}</th>
        </tr>
      </thead>
      <tbody>
        {compared.map(({ name, label, ms, usualMs, of }) => (
          <tr key={name}>
            <td>{said.stepNames[name] ?? label}</td>
            <td className="end mono">{text.drill.seconds(ms)}</td>
            <td className="scale" aria-hidden="true">
              <svg viewBox={`0 0 ${WIDE} ${TALL}`} className="bars">
                <rect x="0" y="3" width={at(ms)} height={TALL - 6} />
                {usualMs !== null && <path d={`M${at(usualMs)} 0v${TALL}`} />}
              </svg>
            </td>
            <td className="end mono">
              {usualMs === null ? (
                <span className="quiet">{said.first}</span>
              ) : (
                said.usually(text.drill.seconds(usualMs), of)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
