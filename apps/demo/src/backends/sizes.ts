/** Rows and columns of the product; pairs and width of CLIP; data rows, ν and hidden units of NCE. */
export const sizes = { product: 512, pairs: 256, width: 64, rows: 256, noiseRatio: 4, hidden: 64 } as const
