export { type OpenCommunicatorOptions, openCommunicator } from './open-communicator.ts'
