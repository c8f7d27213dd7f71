import type { Windows } from '../generated/kernel-exports.ts'

type OfPicture = 'inDepth' | 'outDepth' | 'filterDepth' | 'strideDepth' | 'dilationDepth'
type Padding = 'padFront' | 'padTop' | 'padLeft'

/** What tfjs works out of the convolution or pooling of a picture or of a volume. */
type WindowInfo = Omit<Windows, OfPicture | Padding> &
  Partial<Pick<Windows, OfPicture>> & {
    readonly padInfo: { readonly front?: number; readonly top: number; readonly left: number }
  }

/** The windows of tfjs's information; a picture is a volume of depth 1. */
export function windowsOf(info: WindowInfo): Windows {
  return {
    batchSize: info.batchSize,
    inDepth: info.inDepth ?? 1,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    inChannels: info.inChannels,
    outDepth: info.outDepth ?? 1,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    filterDepth: info.filterDepth ?? 1,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideDepth: info.strideDepth ?? 1,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padFront: info.padInfo.front ?? 0,
    padTop: info.padInfo.top,
    padLeft: info.padInfo.left,
    dilationDepth: info.dilationDepth ?? 1,
    dilationHeight: info.dilationHeight,
    dilationWidth: info.dilationWidth,
  }
}
