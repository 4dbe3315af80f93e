/** An answer in the form of Cloudflare's API v4. */
export function success(result: unknown, info?: object): Response {
  return Response.json({
    success: true,
    errors: [],
    messages: [],
    result,
    ...(info && { result_info: info }),
  });
}

/** A refusal in the form of Cloudflare's API v4. */
export function failure(status: number, code: number, message: string): Response {
  return Response.json(
    { success: false, errors: [{ code, message }], messages: [], result: null },
    { status },
  );
}

const MOST_PER_PAGE = 1_000;

/** One page of a list, as `page` and `per_page` of the address ask for it. */
export function page(entries: readonly unknown[], url: string, perPageByDefault = 20): Response {
  const asked = new URL(url).searchParams;
  const number = Math.max(1, Math.trunc(Number(asked.get("page") ?? 1)) || 1);
  const size = Math.trunc(Number(asked.get("per_page") ?? perPageByDefault)) || 0;
  if (size < 1 || size > MOST_PER_PAGE) return failure(400, 1004, `per_page must be 1 to ${MOST_PER_PAGE}`);
  const result = entries.slice((number - 1) * size, number * size);
  return success(result, {
    page: number,
    per_page: size,
    count: result.length,
    total_count: entries.length,
    total_pages: Math.max(1, Math.ceil(entries.length / size)),
  });
}
