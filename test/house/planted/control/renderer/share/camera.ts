/** The grant that the table gives this file. */
export const camera = (): MediaDevices => navigator.mediaDevices;
