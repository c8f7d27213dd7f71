/** The moon of the wordmark, as an address. */
export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%23111827'/%3E%3Cpath d='M8 1a7 7 0 0 1 0 14z' fill='%23f59e0b'/%3E%3C/svg%3E"
