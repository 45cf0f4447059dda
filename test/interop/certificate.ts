import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atExit } from '../fixtures/at-exit.ts'

const execute = promisify(execFile)

export interface Certificate {
  /**
   * Paths of PEM files
   */
  certificate: string
  key: string
}

/**
 * Makes a certificate for localhost that nobody has signed
 */
export async function selfSignedCertificate (): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'libp2p-rlpx-certificate-'))
  atExit(() => { rmSync(folder, { recursive: true, force: true }) })
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }

  try {
    await execute('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc',
      '-days', '2', '-subj', '/CN=localhost', '-keyout', files.key, '-out', files.certificate
    ])

    return files
  } catch (err: any) {
    if (err.code === 'ENOENT') {
      throw new Error('There is no openssl: install it, on Debian by `apt-get install openssl`')
    }

    throw err
  }
}
