from django.contrib.admin import AdminSite


class Site(AdminSite):
    site_header = site_title = "社区年报 · 系统管理"
    index_title = "数据维护"

    def has_permission(self, request):
        return request.user.is_active and request.user.is_superuser
