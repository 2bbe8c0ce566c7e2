import { MONO, SERIF } from "./fonts.ts";

/** VISUAL's paper: light on screen, black on white in print; the signal colour only for `open`. */
export const RECORD_STYLE = `@page { size: A4; margin: 11mm 14mm }
* { box-sizing: border-box }
html { background: #F4F1EA; color: #1B1A17; font: 400 10pt/14pt ${SERIF} }
body { margin: 0 }
.sheet { width: 210mm; margin: 8mm auto; padding: 12mm 14mm; background: #FFFDF8; border: .25mm solid #D3CCBD; border-collapse: separate; border-spacing: 0 }
.sheet > * > tr > td { padding: 0 }
h1 { font: 600 22pt/26pt ${SERIF}; margin: 0 }
h2 { font: 600 10pt/14pt ${SERIF}; margin: 4mm 0 1mm; padding-bottom: .6mm; border-bottom: .25mm solid #857C6B; break-after: avoid }
p { margin: 0 }
bdi, dd, td, p { overflow-wrap: anywhere }
.sub, .foot, .quiet { color: #5C564A }
.glance { margin: 3mm 0 0; padding: 2.5mm 4mm; border-left: 1.2mm solid #1B1A17; break-inside: avoid }
.glance strong { display: block; font: 600 15pt/20pt ${SERIF} }
.glance.dead { border-color: #1C6B3C }
.glance.unproven { border-color: #7A5200 }
.glance.open { border-color: #A3271B }
.glance.open strong { color: #A3271B }
.PRACTICE .glance.open { border-color: #2F3E75 }
.PRACTICE .glance.open strong { color: #1B1A17 }
.leaves { display: grid; grid-template-columns: minmax(0, 1fr) 76mm; gap: 0 8mm }
.facts { display: grid; grid-template-columns: 23mm minmax(0, 1fr); gap: .5mm 2mm; margin: 0 }
.facts dt { color: #5C564A }
.facts dd { margin: 0 }
.hash { display: flex; gap: 4mm; align-items: flex-start; margin-top: 1.5mm }
.hash svg { flex: none; width: 31mm; height: 31mm; margin: -1mm 0 0 -1mm; background: #fff }
.words { display: grid; grid-template-columns: auto auto; gap: 0 3mm; margin: 0; padding: 0; list-style: none; font: 400 8.5pt/11pt ${MONO} }
.mono, time { font-family: ${MONO}; font-variant-numeric: tabular-nums }
.hex { font-size: 7.5pt; line-height: 10.5pt; margin-top: 1.5mm; word-spacing: .2em }
.due { margin: 0; padding: 0; list-style: none }
.due li { padding-left: 5.5mm; position: relative; break-inside: avoid }
.due li::before { content: ""; position: absolute; left: 0; top: 1mm; width: 2.8mm; height: 2.8mm; border: .3mm dashed #1B1A17 }
.times { width: 100%; border-collapse: collapse }
.times th { font-weight: 400; text-align: left; color: #5C564A; font-size: 8.5pt; line-height: 11pt; padding: 0 }
.times td { vertical-align: baseline; padding: .25mm 3mm .25mm 0 }
.times tr { break-inside: avoid }
.times td:nth-child(-n+3) { white-space: nowrap; width: 1%; font: 400 8.5pt/13pt ${MONO} }
.times .day td { font: 600 9pt/13pt ${SERIF}; padding-top: 1mm }
.lines { margin: 1mm 0 0; font: 400 7.5pt/11pt ${MONO}; white-space: pre-wrap; overflow-wrap: anywhere }
.sign { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 0 7mm; margin-top: 4mm; break-inside: avoid }
.sign p { height: 16mm; padding-top: .8mm; border: .25mm solid #1B1A17; padding-left: 2mm; font-size: 8.5pt; line-height: 11pt; color: #5C564A; overflow: hidden }
.foot { font-size: 7.5pt; line-height: 11pt; padding-top: 2.5mm }
.band { display: flex; justify-content: space-between; margin: 0 0 4mm; padding: 1mm 12mm; color: #2F3E75; border: .35mm solid #2F3E75; font: 400 11pt/14pt ${MONO}; background: repeating-linear-gradient(135deg, #2F3E75 0 .7mm, transparent .7mm 1.7mm); -webkit-print-color-adjust: exact; print-color-adjust: exact }
.band span { background: #FFFDF8; padding: 0 3mm }
tfoot .band { margin: 3mm 0 0 }
@media screen and (max-width: 800px) { .sheet { width: auto; margin: 0; padding: 5mm } .leaves { grid-template-columns: minmax(0, 1fr) } }
@media print { html, .sheet, .band span { background: #fff; color: #000 } .band span { color: #2F3E75 } .sheet { width: 100%; margin: 0; padding: 0; border: 0 } .sub, .foot, .quiet, .facts dt, .times th, .sign p { color: #444 } }
`;
