export function DropArea() {
  return <section />;
}
