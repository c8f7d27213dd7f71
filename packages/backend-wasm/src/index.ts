// First of all: whoever imports anything from here trains with our kernels.
import './register.ts'

export { kernelBuild } from './generated/kernels.ts'
