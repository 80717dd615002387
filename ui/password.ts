// A password may be looked at by whoever typed it.
export function show_passwords(root: ParentNode): void {
    for (const field of root.querySelectorAll<HTMLInputElement>('input[type=password]')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = 'Show';
        button.setAttribute('aria-controls', field.id);
        button.setAttribute('aria-pressed', 'false');
        button.addEventListener('click', () => {
            const shown = field.type === 'text';
            field.type = shown ? 'password' : 'text';
            button.textContent = shown ? 'Show' : 'Hide';
            button.setAttribute('aria-pressed', String(!shown));
        });
        field.after(button);
    }
}
