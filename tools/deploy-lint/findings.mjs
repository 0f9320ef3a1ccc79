// What a check found. Each check counts what it looked at, so that one that looked at nothing is seen.
export class Findings {
  #errors = [];

  error(where, what) {
    this.#errors.push(`${where}: ${what}`);
  }

  /** Runs a check; its return value says in words what was looked at. */
  async check(name, work) {
    const before = this.#errors.length;
    try {
      const looked = await work();
      const found = this.#errors.length - before;
      console.log(`${found === 0 ? 'ok    ' : 'FAILED'} ${name}: ${looked}`);
    } catch (error) {
      this.error(name, error.stack ?? String(error));
      console.log(`FAILED ${name}`);
    }
    for (const line of this.#errors.slice(before)) console.log(`       ${line}`);
  }

  get count() {
    return this.#errors.length;
  }
}
