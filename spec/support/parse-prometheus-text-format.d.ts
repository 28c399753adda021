declare module 'parse-prometheus-text-format' {
  interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly {
      readonly labels?: Readonly<Record<string, string>>;
      readonly value?: string;
      /** Counts by upper bound, of a histogram. */
      readonly buckets?: Readonly<Record<string, string>>;
    }[];
  }
  /** @throws Error for a text that is not of Prometheus's format. */
  export default function parse(text: string): Family[];
}
