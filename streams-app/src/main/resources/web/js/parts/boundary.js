// What is shown in place of a view that cannot be shown: what is wrong and what to do.
import { Component, html } from "../../vendor/preact-htm-3.1.1.js";
import { href } from "../route.js";

/** An address that leads nowhere. */
export const Unopenable = ({ of }) => html`<section class="problem" role="alert">
  <h1>${of.title}</h1>
  <p>${of.says}</p>
  <p>Check the address, or go to <a href=${href("today")}>Today</a> or the <a href=${href("work")}>work list</a>.</p>
</section>`;

/**
 * Keeps a fault to what is within. It ends with the address: the next one is shown as if nothing had
 * happened.
 */
export class Boundary extends Component {
  constructor() {
    super();
    this.moved = () => this.state.failed && this.setState({ failed: null });
  }

  componentDidMount() {
    addEventListener("hashchange", this.moved);
  }

  componentWillUnmount() {
    removeEventListener("hashchange", this.moved);
  }

  componentDidCatch(fault) {
    console.error(fault);
    this.setState({ failed: location.hash || "#" });
  }

  render({ children }, { failed }) {
    return failed === (location.hash || "#")
      ? html`<section class="problem" role="alert" data-fault="true">
          <h1>This page cannot be shown</h1>
          <p>
            Something is wrong with the page itself; your data is not affected. Reload it. If that does
            not help, go to <a href=${href("today")}>Today</a> and tell your administrator this
            address.
          </p>
          <p><button type="button" onClick=${() => location.reload()}>Reload</button></p>
        </section>`
      : children;
  }
}
