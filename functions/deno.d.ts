/** The parts of the Deno namespace that the functions use; the rest of the runtime they need is standard web API. */
declare namespace Deno {
  function serve(handler: (request: Request) => Response | Promise<Response>): unknown;
  const env: { get(name: string): string | undefined };

  interface Conn {
    /** How many bytes were read into the buffer; null at the end. */
    read(buffer: Uint8Array): Promise<number | null>;
    /** How many of the bytes were written. */
    write(bytes: Uint8Array): Promise<number>;
    close(): void;
  }
  interface TcpConn extends Conn {
    setNoDelay(): void;
  }
  function connect(address: { hostname: string; port: number }): Promise<TcpConn>;
  function startTls(connection: TcpConn, options: { hostname: string }): Promise<Conn>;
}
