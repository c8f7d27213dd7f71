/** Hands a ZIP to the user as a file. */
export function download(bytes: Uint8Array, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'application/zip' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
