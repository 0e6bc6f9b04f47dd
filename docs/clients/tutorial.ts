// The tutorial with a client that was generated from the schema: read a deal, say something of it, read the news.
//
//     npm install openapi-fetch && npm install --save-dev openapi-typescript typescript
//     npx openapi-typescript docs/reference/openapi.json -o schema.d.ts
//     npx tsc && ORE=https://… TOKEN=… node tutorial.js wattle
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string>; argv: string[]; exit(code: number): never };

const ask = createClient<paths>({
  baseUrl: process.env["ORE"]!,
  headers: { Authorization: `Bearer ${process.env["TOKEN"]}` },
});

function told<T>({ data, error }: { data?: T; error?: { title: string; detail: string } }): T {
  if (data === undefined) {
    console.error(error?.title, error?.detail);
    process.exit(1);
  }
  return data;
}

const slug = process.argv[2]!;
const deal = told(await ask.GET("/api/v1/deals", { params: { query: { slug } } })).results[0]!;
console.log(deal.name, deal.status);
const stack = told(await ask.GET("/api/v1/deals/{key}/stack", { params: { path: { key: deal.id } } }));
for (const { class: firmness, blocks } of stack.classes)
  for (const { side, signed } of blocks) console.log(" ", firmness, side, signed.amount, signed.currency, "signed");

const interest = {
  deal: deal.id,
  instrument: "senior_loan",
  stage: "expression_of_interest",
  level: "own",
  reference: "T-1",
  size: { money: { amount: "25000000.00", currency: "USD" }, qualifier: "exact" },
} as const;
// Sent twice, it is carried out once: after a timeout, send the same key again.
const header = { "Idempotency-Key": crypto.randomUUID() };
const made = told(await ask.POST("/api/v1/commitments", { body: interest, params: { header } }));
const again = told(await ask.POST("/api/v1/commitments", { body: interest, params: { header } }));
console.log("registered", made.stage, made.id === again.id ? "once" : "twice");

const early = { reference: "T-1", stage: ["expression_of_interest", "letter_of_interest"], count: true } as const;
const found = told(await ask.GET("/api/v1/commitments", { params: { query: { ...early, stage: [...early.stage] } } }));
console.log("found", found.count, found.results[0]!.size?.money?.amount);

for (let after = ""; ; ) {
  const page = told(await ask.GET("/api/v1/events", { params: { query: { after } } }));
  if (page.results.length === 0) break;
  after = page.next_cursor;
  for (const event of page.results) if (event.object.id === made.id) console.log(event.type);
}
