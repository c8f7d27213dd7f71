// The gradients, and tfjs's kernels; what these compute wrongly is then replaced, whoever imports what afterwards.
import { repairEmptyReductions } from '@chiaro/ops'
import '@tensorflow/tfjs-backend-webgl'

repairEmptyReductions('webgl')
