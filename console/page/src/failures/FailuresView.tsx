export function FailuresView() {
  return <section />;
}
