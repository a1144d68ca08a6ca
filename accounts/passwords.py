"""Password rules in the user's language."""

from django.contrib.auth.password_validation import MinimumLengthValidator


class LongEnough(MinimumLengthValidator):
    """Django 5.2 words this refusal anew and its Chinese translation does not follow; the rest is Chinese already."""

    def get_error_message(self):
        return f"密码太短，至少要 {self.min_length} 个字符。"
