// The kernel module: one family of kernels a file, listed here name by name. No allocation, no strings, no
// arrays, no library `Math` with tables: the module must have no data of its own (scripts/check-kernel-module.mjs).
export { fillFloats } from './memory'
