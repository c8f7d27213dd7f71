// The gradients of the convolution of volumes, whose channels all make the same outputs, and of the depthwise one, where
// each makes its own. They add to a result that is zero at first.

import { addProductRow, addScaledRow, dotRow } from './rows'
import { Convolution, TAP, tapNumber, tapStep, walk } from './windows'

/** A filter [taps, inChannels, channelOutputs] where channel c makes the outputs from c·channelStep on. */
@unmanaged
class ChannelConvolution extends Convolution {
  channelOutputs: i32
  channelStep: i32
}

/** Where element `index` lies, `size` numbers an element. */
// @inline
function elementAt(numbers: usize, index: i32, size: i32): usize {
  return numbers + ((<usize>index * <usize>size) << 2)
}

@unmanaged
class InputGradient extends ChannelConvolution {
  @inline
  window(volume: i32, origin: i32, output: i32, taps: usize, past: usize): void {
    const channels = this.inChannels
    const outputs = this.channelOutputs
    const across = (<usize>outputs) << 2
    const apart = (<usize>this.channelStep) << 2
    const bytes = <usize>channels * across
    const dy = elementAt(this.y, output, this.outChannels)
    for (let tap = taps; tap < past; tap += TAP) {
      let to = elementAt(this.x, volume + origin + tapStep(tap), channels)
      const rows = this.filter + <usize>tapNumber(tap) * bytes
      if (outputs === 1 && apart === 4) addProductRow(rows, dy, to, channels)
      else {
        let own = dy
        for (let row = rows; row < rows + bytes; row += across) {
          store<f32>(to, load<f32>(to) + dotRow(row, own, outputs))
          to += 4
          own += apart
        }
      }
    }
  }
}

@unmanaged
class FilterGradient extends ChannelConvolution {
  @inline
  window(volume: i32, origin: i32, output: i32, taps: usize, past: usize): void {
    const channels = this.inChannels
    const outputs = this.channelOutputs
    const across = (<usize>outputs) << 2
    const apart = (<usize>this.channelStep) << 2
    const bytes = <usize>channels * across
    const dy = elementAt(this.y, output, this.outChannels)
    for (let tap = taps; tap < past; tap += TAP) {
      let from = elementAt(this.x, volume + origin + tapStep(tap), channels)
      const rows = this.filter + <usize>tapNumber(tap) * bytes
      if (outputs === 1 && apart === 4) addProductRow(from, dy, rows, channels)
      else {
        let own = dy
        for (let row = rows; row < rows + bytes; row += across) {
          addScaledRow(load<f32>(from), own, row, outputs)
          from += 4
          own += apart
        }
      }
    }
  }
}

/** x[…, c] += Σ_o filter[…, c, o]·y[…, c·channelStep + o] for the volumes first…end − 1. */
export function inputGradient(problem: InputGradient, first: i32, end: i32, scratch: usize): void {
  walk<InputGradient>(problem, first, end, scratch)
}

/** filter[…, c, o] += x[…, c]·y[…, c·channelStep + o], over the volumes first…end − 1. */
export function filterGradient(problem: FilterGradient, first: i32, end: i32, scratch: usize): void {
  walk<FilterGradient>(problem, first, end, scratch)
}
