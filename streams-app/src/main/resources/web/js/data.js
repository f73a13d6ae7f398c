// Data of the API in a component: fetched, and fetched again when the service says that it changed.
import { useEffect, useRef, useState } from "../vendor/preact-htm-3.1.1.js";
import { get } from "./api.js";
import { onChange } from "./live.js";

const PAUSE_MS = 1_000;
const RETRY_MS = 4_000;

const canBeTriedAgain = (problem) =>
  problem.status === 0 || problem.status >= 500 || problem.status === 429;

/**
 * What an address gives: {data, problem, again}. While another answer is awaited the one before
 * stays; `problem` says why there is no newer one.
 *
 * @param address null: nothing is asked for
 * @param kinds of changes after which it is asked for again
 */
export function useData(address, kinds) {
  const [state, setState] = useState({ data: null, problem: null });
  const again = useRef(() => {});

  useEffect(() => {
    if (address === null) {
      return undefined;
    }
    const abort = new AbortController();
    let timer = null;
    let isAsking = false;
    let isDue = false;
    let last = 0;

    const soon = (ms) => {
      timer ??= setTimeout(ask, ms);
    };
    async function ask() {
      timer = null;
      isAsking = true;
      isDue = false;
      last = Date.now();
      try {
        const data = await get(address, abort.signal);
        setState({ data, problem: null });
      } catch (problem) {
        if (abort.signal.aborted) {
          return;
        }
        setState((old) => ({ data: old.data, problem }));
        if (canBeTriedAgain(problem)) {
          soon(RETRY_MS);
        }
      }
      isAsking = false;
      if (isDue) {
        soon(PAUSE_MS);
      }
    }

    again.current = () => (isAsking ? (isDue = true) : soon(0));
    const stop = onChange((changed) => {
      if (!changed.some((kind) => kinds.includes(kind))) {
        return;
      }
      if (isAsking) {
        isDue = true;
      } else {
        soon(Math.max(0, last + PAUSE_MS - Date.now()));
      }
    });
    ask();
    return () => {
      abort.abort();
      stop();
      clearTimeout(timer);
    };
  }, [address]);

  return { ...state, again: () => again.current() };
}
