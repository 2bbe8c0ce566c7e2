/** Tones made here, of no file: `beats` of them, the last of them long when the time is over. */
export function tone(beats: number, long: boolean): void {
  try {
    const sound = new AudioContext();
    let at = sound.currentTime;
    for (let beat = 1; beat <= beats; beat++) {
      const last = beat === beats;
      at = note(sound, at, long && last ? LONG : SHORT, () => last && void sound.close());
    }
  } catch {
    // No loudspeaker: what flashes says it.
  }
}

/** Seconds. */
const SHORT = 0.25;
const LONG = 1.2;
const GAP = 0.2;
const EDGE = 0.02;
const PITCH_HZ = 880;
const VOLUME = 0.5;

/** One tone from `at`, without a crack at its edges; when the next one may begin. */
function note(sound: AudioContext, at: number, seconds: number, ended: () => void): number {
  const oscillator = new OscillatorNode(sound, { frequency: PITCH_HZ });
  const gain = new GainNode(sound, { gain: 0 });
  gain.gain
    .setValueAtTime(0, at)
    .linearRampToValueAtTime(VOLUME, at + EDGE)
    .setValueAtTime(VOLUME, at + seconds - EDGE)
    .linearRampToValueAtTime(0, at + seconds);
  oscillator.connect(gain).connect(sound.destination);
  oscillator.addEventListener("ended", ended);
  oscillator.start(at);
  oscillator.stop(at + seconds);
  return at + seconds + GAP;
}
