"""The interface as a whole: what it is called, what its refusals say, how it describes itself."""

from django.http import Http404
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from api.endpoints import router

VERSION = "1"
DESCRIPTION = (
    "只读数据接口：单位、填报期、填报表、指标、达标结论，与网页同一范围、同一口径。"
    "每次请求在请求头中写 Authorization: Bearer 和令牌；范围是令牌所属单位及其下级。"
    "不提供任何人员信息、备注和批注。空值（null）是缺数，0 是零。"
)


class Readable(JSONRenderer):
    """Chinese as it is written."""

    json_dumps_params = {"ensure_ascii": False}


class Interface(NinjaAPI):
    """Every question was asked for its key before it comes here (api.tokens.bearer); the description says so."""

    def get_openapi_schema(self, **options) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        return schema

    def get_openapi_operation_id(self, operation):
        """The name of a question in generated client code: it outlasts a move or renaming here."""
        return f"reports_api_endpoints_{operation.path.rpartition('/')[2]}"


api = Interface(
    title="社区年报数据接口",
    version=VERSION,
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    renderer=Readable(),
)
api.add_router("", router)


@api.exception_handler(ValidationError)
def wrong_parameter(request, error):
    """Which parameters cannot be used, and what the description asks of them."""
    named = sorted({str(each["loc"][-1]) for each in error.errors})
    sentence = f"参数不对：{'、'.join(named)}。可用的取值见接口说明。"
    return api.create_response(request, {"detail": sentence, "parameters": named}, status=422)


@api.exception_handler(Http404)
def not_found(request, error):
    """Outside the area, or nowhere: the same answer."""
    return api.create_response(
        request, {"detail": "没有这个编号，或不在令牌的范围内。"}, status=404
    )
