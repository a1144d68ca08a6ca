"""How another program gets in: every question shows its key, whoever may be signed in at the same browser or not."""

from axes.handlers.proxy import AxesProxyHandler
from django.http import JsonResponse
from django.middleware.http import ConditionalGetMiddleware

from api.models import Token
from api.tokens import actions, secrets

NAMESPACE = "api"
ASK = "请在请求头中写 Authorization: Bearer 和令牌。"
WRONG = "令牌不对。请核对，或向系统管理员另要一个。"
LOCKED = "连续用错 5 次，这个令牌在这个地址上已锁定，请 15 分钟后再试。"
REFUSALS = {
    Token.State.WAITING: "令牌还没有启用，请安全管理员启用。",
    Token.State.EXPIRED: "令牌已过期，请向系统管理员另要一个。",
    Token.State.REVOKED: "令牌已吊销，请向系统管理员另要一个。",
}


class Refused(Exception):
    """Why a question is not answered, in a sentence, with the status that says so."""

    def __init__(self, sentence, status=401):
        super().__init__(sentence)
        self.status = status


class Bearer:
    """Stands before the question of who signed in; what it lets through is noted with what it was answered."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.conditional = ConditionalGetMiddleware(get_response)

    def __call__(self, request):
        answer = self.get_response(request)
        if not isinstance(request.user, Token):
            return answer
        actions.record_reading(token=request.user, what=told(request, answer))
        answer.headers.setdefault(
            "Cache-Control", "private, no-cache"
        )  # kept only to ask whether it changed
        return self.conditional.process_response(request, answer)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.namespace != NAMESPACE:
            return None
        request.looked_only = True  # a person's session is not prolonged by it
        try:
            request.user = admitted(request)
        except Refused as refusal:
            headers = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
            return JsonResponse({"detail": str(refusal)}, status=refusal.status, headers=headers)
        return None


def admitted(request):
    """The key that was shown, where it opens. Raises Refused."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise Refused(ASK)
    number, secret = secrets.read(text.strip())
    token = Token.objects.select_related("unit").filter(pk=number).first() if number else None
    check_guesses(request, token, secret)
    if token.state != Token.State.WORKING:
        actions.record_refusal(token=token, why=token.state.label)
        raise Refused(REFUSALS[token.state])
    return token


def check_guesses(request, token, secret):
    """Five wrong secrets lock one key at one address for a quarter of an hour, as they do an account. Raises Refused."""
    credentials = {"username": f"token:{token.pk}" if token else "token"}
    if not AxesProxyHandler.is_allowed(request, credentials):
        actions.record_refusal(token=token, why="已锁定")
        raise Refused(LOCKED, 429)
    if token is None or not secrets.fits(token, secret):
        AxesProxyHandler.user_login_failed(Bearer, credentials, request)
        actions.record_refusal(token=token, why="令牌不对")
        raise Refused(WRONG)


def told(request, answer):
    """What the trail says of one question: /api/v1/units?page=2（100 条）."""
    rows = f"{request.rows} 条" if hasattr(request, "rows") else str(answer.status_code)
    return f"{request.get_full_path()[:180]}（{rows}）"
