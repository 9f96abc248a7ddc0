"""Repairs to places."""

from django.contrib import admin

from .models import City, District, Ward


@admin.register(City)
class CityAdmin(admin.ModelAdmin):
    list_display = ("code", "name")
    ordering = ("code",)
    exclude = ("geometry",)


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "area_km2")
    ordering = ("code",)
    exclude = ("geometry",)


@admin.register(Ward)
class WardAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "district")
    list_filter = ("district",)
    search_fields = ("name", "code")
    ordering = ("code",)
    exclude = ("geometry",)
