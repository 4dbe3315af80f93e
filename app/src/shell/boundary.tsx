import { Component, type ReactNode } from "react";

/** When a page breaks, or its code cannot be loaded: says so, and leaves the way to all others open. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div className="card state" role="alert">
        <h1 className="title">Something went wrong</h1>
        <p>This page could not be shown. You may be offline, or there is a new version of LavLay.</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    );
  }
}
