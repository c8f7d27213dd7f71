export { ChiaroError, conflictError, type ErrorCode, rangeError, typeError } from './errors.ts'
