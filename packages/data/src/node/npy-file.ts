import { type FileHandle, open } from 'node:fs/promises'
import { longestHeader, type NpyHeader, readNpyHeader } from '../arrays/npy-header.ts'
import { dataError } from '../data-error.ts'
import { unreadable } from './read-file.ts'

/** Opens a .npy file whose matrix is not to be read at once. @throws ChiaroError ('data') that names the file */
export async function openNpy(where: string, file: string): Promise<FileHandle> {
  return open(file).catch(error => {
    throw dataError(where, { file }, unreadable(file, error), { cause: error })
  })
}

/** The header of an opened .npy file. @throws ChiaroError ('data') that names the file, as `readNpyHeader` */
export async function npyHeaderOf(where: string, file: string, handle: FileHandle): Promise<NpyHeader> {
  const { size } = await handle.stat()
  // Its magic and its own length stand before it.
  const most = longestHeader + 12
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, 0)
  return readNpyHeader(where, file, buffer.subarray(0, bytesRead), size)
}
