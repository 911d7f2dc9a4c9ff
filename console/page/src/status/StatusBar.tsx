export function StatusBar() {
  return <section />;
}
