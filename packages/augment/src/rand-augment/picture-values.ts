/** The values of one picture on the host, pixel after pixel, `channels` values each. */
export interface PictureValues {
  readonly values: Float32Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** A change of a picture in place. */
export type PictureChange = (picture: PictureValues) => void
