/**
 * Whether this binary is for an engine that joins neighbouring registers of 4 lanes to wide ones of 8; the build sets
 * it (build-kernels.mjs).
 */
export const WIDE: bool = false
