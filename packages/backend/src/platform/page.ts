import type { Platform } from './platform.ts'

export const platform: Platform = { graphics: [], setFlag: async () => {} }
