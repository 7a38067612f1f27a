// Private hosts in every spelling a URL takes.
import { describe, expect, test } from '@jest/globals'
import { isPrivateAddress, isPrivateHost } from '../../src/registry/address.ts'

describe('isPrivateHost, as URLs write hosts', () => {
  test.each([
    'http://localhost/',
    'http://LOCALHOST./',
    'http://registry.localhost:5000/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://①②⑦.0.0.1/',
  ])('%s is private', (text) => {
    expect(isPrivateHost(new URL(text).hostname)).toBe(true)
  })

  test.each([
    'https://ghcr.io/',
    'https://localhost.example/',
    'https://8.8.8.8/',
    'https://100.128.0.1/',
    'https://172.32.0.1/',
    'https://192.169.0.1/',
    'https://[2606:4700::1111]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[64:ff9b::8.8.8.8]/',
    'https://10.example/',
  ])('%s is not', (text) => {
    expect(isPrivateHost(new URL(text).hostname)).toBe(false)
  })
})

test.each([
  ['127.0.0.1', true],
  ['::ffff:10.0.0.1', true],
  ['fe80::1%eth0', true],
  ['8.8.8.8', false],
  ['2606:4700::1111', false],
  ['no address', false],
  ['', false],
])('address %j as a resolver gives it: %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate)
})
