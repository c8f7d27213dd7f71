// What a step of contrastive training costs on W ranks: a model of few numbers, to be held beside measured steps.

/**
 * @typedef {object} Work what is trained, whatever it runs on
 * @property {number} batch N, samples of all ranks
 * @property {number} sides rows that a sample has in the loss: 2 views, or a picture and a text
 * @property {number} gathered sides of every sample that every rank gets: both views, but texts alone
 * @property {number} dimension d, of an embedding
 * @property {number} parameters P
 * @property {number} flops of a sample through the encoders, forward and back (3 × forward)
 *
 * @typedef {object} Machines what it runs on; `ranks` are W
 * @property {number} ranks
 * @property {number} gflops that a rank reaches in such work, 10⁹ a second
 * @property {number} gigabits between ranks, 10⁹ bits a second each way
 * @property {number} [latency] of a message, seconds. Default 2e-5
 * @property {number} [exchanges] between all ranks in a step. Default 12
 * @property {number} [straggling] how much longer the slowest rank takes than the mean. Default .05 with several ranks
 * @property {number} [adding] numbers a second that a rank adds up and copies for a sum. Default 2e8
 */

/**
 * Seconds of a step, and of what; the efficiency is W = 1's seconds over W times these.
 *
 *   encoders  rows of a rank · flops
 *   loss      8 · (rows of a rank) · (rows of all) · d, forward and back
 *   embeddings  2 · (rows of others) · d numbers a rank: gathered, and their gradients brought home
 *   gradients   2 · (W − 1)/W · P numbers a rank: each its part of a sum, and the sum to all
 *
 * @param {Work} work
 * @param {Machines} machines
 */
export function stepCost(work, machines) {
  const { batch, sides, gathered, dimension, parameters, flops } = work
  const { ranks, gflops, gigabits, latency = 2e-5, exchanges = 12, adding = 2e8 } = machines
  const { straggling = ranks > 1 ? 0.05 : 0 } = machines
  const own = Math.ceil(batch / ranks)
  const computing = x => ((1 + straggling) * x) / (1e9 * gflops)
  const sending = numbers => (32 * numbers) / (1e9 * gigabits)
  const parts = {
    encoders: computing(own * flops),
    loss: computing(8 * own * sides * batch * gathered * dimension),
    embeddings: sending(2 * (batch - own) * gathered * dimension),
    gradients: ranks === 1 ? 0 : sending((2 * (ranks - 1) * parameters) / ranks) + parameters / adding,
    messages: exchanges * (ranks - 1) * latency,
  }
  return { ...parts, seconds: Object.values(parts).reduce((sum, part) => sum + part, 0) }
}

/** Bytes that a rank needs beside activations: weights, gradients and AdamW's two moments. */
export const bytesOfState = parameters => 16 * parameters

/** The embeddings that a rank has of all: rows and their gradients. */
export const bytesOfRows = ({ batch, gathered, dimension }) => 8 * batch * gathered * dimension
