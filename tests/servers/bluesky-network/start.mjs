// Starts a whole Bluesky network (directory, PDS, AppView) on loopback and prints one line of JSON when it is ready.
//
// Wants in its environment: NODE_MODULES_OF (a folder with node_modules), DB_POSTGRES_URL, REDIS_HOST (host:port)
// and ACCOUNTS (names, comma separated). Runs until it is told to stop.

import { createRequire } from 'node:module'
import net from 'node:net'
import path from 'node:path'

// The network's servers listen on every interface. Nothing of a test may be seen from outside, so the lowest
// layer is made to know no address but this one, before anything that listens is loaded.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const options = typeof given[0] === 'object' && given[0] !== null ? { ...given[0] } : { port: given[0] }
  const ready = given.find((one) => typeof one === 'function')
  if (options.path === undefined && options.fd === undefined) options.host = '127.0.0.1'
  return listen.call(this, options, ...(ready ? [ready] : []))
}

const load = createRequire(path.join(process.env.NODE_MODULES_OF, 'package.json'))
const { TestNetwork } = load('@atproto/dev-env')

const network = await TestNetwork.create({ dbPostgresSchema: 'network' })

const accounts = {}
for (const name of process.env.ACCOUNTS.split(',')) {
  const agent = network.pds.getClient()
  const password = `${name}-password-for-tests`
  const handle = `${name}.test`
  await agent.createAccount({ handle, email: `${name}@example.com`, password })
  const app = await agent.com.atproto.server.createAppPassword({ name: 'emberwatch' })
  await agent.app.bsky.actor.profile.create(
    { repo: agent.accountDid, rkey: 'self' },
    { displayName: name.charAt(0).toUpperCase() + name.slice(1), createdAt: new Date().toISOString() },
  )
  accounts[name] = { handle, did: agent.accountDid, password, app_password: app.data.password }
}
await network.processAll()

const on = (server) => `http://127.0.0.1:${server.port}`
console.log(JSON.stringify({ pds: on(network.pds), plc: on(network.plc), appview: on(network.bsky), accounts }))
