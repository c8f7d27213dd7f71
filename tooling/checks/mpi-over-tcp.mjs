/**
 * The programs of `npm run test:mpi` with ranks that reach each other by TCP alone: two network namespaces, each with an
 * address and a host name of its own, and a cable between them, on one Linux machine. Needs root, `ip` (iproute2) and
 * `unshare`. npm run test:mpi:tcp [-- part of a test's name].
 *
 * The launchers found first on the PATH start half of the ranks in each namespace, by a shell in place of ssh.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [first, second] = [0, 1].map(i => ({
  space: `chiaro-${process.pid}-${i}`,
  link: `ch${process.pid}-${i}`,
  address: `10.213.77.${i + 1}`,
}))
const network = '10.213.77.0/24'

const ip = (...args) => {
  const { status, stdout, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`)
  return stdout
}
const given = command => process.getuid?.() === 0 && spawnSync(command, ['--version']).error === undefined

if (!['ip', 'unshare'].every(given)) {
  console.log('left out: ranks by TCP, which need Linux, root, ip and unshare (apt-get install iproute2)')
  console.log('\n0 passed, 0 failed')
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'chiaro-tcp-'))
const script = (name, lines) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`)
  chmodSync(join(folder, name), 0o755)
  return join(folder, name)
}
const within = ({ space }) => `ip netns exec ${space} unshare --uts sh -c`

/** In place of ssh: options, a host, and what is to run there. */
const agent = script(
  'agent',
  `while [ "\${1#-}" != "$1" ]; do shift; done
host=$1
shift
case $host in
  ${first.address}) exec ${within(first)} "hostname ${first.space}; $*" ;;
  *) exec ${within(second)} "hostname ${second.space}; $*" ;;
esac`,
)
const launcher = (name, command, options) =>
  script(
    name,
    `real=$(PATH=\${PATH#*${delimiter}} command -v ${name}) || exit 127
[ "$1" = --version ] && exec "$real" --version
exec ${within(first)} 'hostname ${first.space}; real=$1; shift; exec ${command} "$real" ${options} "$@"' sh "$real" "$@"`,
  )
const hosts = [first, second].map(({ address }) => address)
launcher(
  'mpirun.openmpi',
  'env',
  `--mca plm_rsh_agent ${agent} --host ${hosts.map(host => `${host}:16`)} --map-by node --mca pml ob1 --mca btl tcp,self --mca btl_tcp_if_include ${network} --mca oob_tcp_if_include ${network}`,
)
launcher('mpirun.mpich', 'env UCX_TLS=tcp,self', `-launcher ssh -launcher-exec ${agent} -hosts ${hosts}`)

let code = 1
try {
  for (const { space } of [first, second]) ip('netns', 'add', space)
  ip('link', 'add', first.link, 'type', 'veth', 'peer', 'name', second.link)
  for (const { space, link, address } of [first, second]) {
    ip('link', 'set', link, 'netns', space)
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', link)
    for (const one of [link, 'lo']) ip('-n', space, 'link', 'set', one, 'up')
  }
  const checks = fileURLToPath(new URL('mpi.mjs', import.meta.url))
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
  code =
    spawnSync(process.execPath, [checks, ...process.argv.slice(2)], { stdio: 'inherit', env }).status ?? 1
  const [{ stats64 }] = JSON.parse(ip('-n', first.space, '-s', '-j', 'link', 'show', first.link))
  const megabytes = (stats64.rx.bytes + stats64.tx.bytes) / 1e6
  console.log(`${megabytes.toFixed(1)} MB went over the cable`)
  if (code === 0 && megabytes < 1) {
    console.error('the ranks did not use it')
    code = 1
  }
} finally {
  for (const { space } of [first, second]) spawnSync('ip', ['netns', 'delete', space])
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)
