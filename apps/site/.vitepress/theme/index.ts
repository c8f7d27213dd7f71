export { default } from '../../src/theme.ts'
