/** Whether keys go into a text field. */
export function isTyping(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement) return true;
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  return element instanceof HTMLInputElement && !/^(range|checkbox|radio|button)$/.test(element.type);
}
