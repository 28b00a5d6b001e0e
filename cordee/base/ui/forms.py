from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields drawn as in the design: label, help, error, input, in that order."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
