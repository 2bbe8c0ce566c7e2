import type { ReactNode } from "react";

interface AloneProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A window that has nothing to show but one message. */
export const Alone = ({ title, children }: AloneProps) => (
  <main className="sheet alone">
    <title>{title}</title>
    <h1>{title}</h1>
    {children}
  </main>
);
