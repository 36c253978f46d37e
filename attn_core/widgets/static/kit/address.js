// The reader's situation in the page address: #<stem>=<base64url JSON>.

export function address(stem, state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const text = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `#${stem}=${text}`;
}
