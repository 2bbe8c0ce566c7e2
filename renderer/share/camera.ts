import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

/** The one place that opens the camera: pictures are looked at for a QR code and dropped. */

/** The reader's program lies beside the page; nothing is fetched from anywhere else. */
prepareZXingModule({
  overrides: {
    locateFile: (file: string) => new URL(file, document.baseURI).href,
  },
});

const PAUSE_MS = 150;

export interface Looking {
  stop(): void;
}

/**
 * Shows the camera in `video` and calls back with the text of every QR code that it sees. Rejects
 * when there is no camera or it may not be used.
 */
export async function look(
  video: HTMLVideoElement,
  seen: (text: string) => void,
): Promise<Looking> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  let isOver = false;
  let timer = 0;
  try {
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    release();
    throw error;
  }
  const canvas = new OffscreenCanvas(1, 1);
  const draw = canvas.getContext("2d", { willReadFrequently: true });
  const next = async (): Promise<void> => {
    if (draw !== null && video.videoWidth > 0) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      draw.drawImage(video, 0, 0);
      const picture = draw.getImageData(0, 0, canvas.width, canvas.height);
      const [code] = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
      if (code !== undefined && !isOver) seen(code.text);
    }
    if (!isOver) timer = window.setTimeout(() => void next(), PAUSE_MS);
  };
  void next().catch(() => undefined);
  return {
    stop: () => {
      isOver = true;
      window.clearTimeout(timer);
      release();
    },
  };
}
