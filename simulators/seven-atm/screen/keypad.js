// Makes the keypad quick: digits and 訂正 change the field at once instead of asking the server.
// Without it every key is a form that is sent.
const field = document.querySelector('#typed');
for (const key of document.querySelectorAll('.keys button')) {
  if (key.value === 'enter') continue;
  key.addEventListener('click', (event) => {
    event.preventDefault();
    const typed = field.value;
    field.value = key.value === 'back' ? typed.slice(0, -1) : typed + key.value;
    field.value = field.value.slice(0, field.maxLength);
  });
}
