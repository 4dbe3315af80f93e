/** An IPv4 or IPv6 address as a number, however it is written. */
export function addressNumber(address: string): bigint {
  if (!address.includes(":")) {
    return BigInt(address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0));
  }
  // URL normalises every way to write an IPv6 address, `::ffff:1.2.3.4` included.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = text.split("::");
  const first = head.split(":").filter(Boolean);
  const last = (tail ?? "").split(":").filter(Boolean);
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(parseInt(group, 16)), 0n);
}

/** Whether a CIDR block's address has no bit set beyond its prefix, as Cloudflare demands. */
export function isNetwork(address: string, bits: number): boolean {
  const hostBits = BigInt((address.includes(":") ? 128 : 32) - bits);
  return addressNumber(address) % (1n << hostBits) === 0n;
}
