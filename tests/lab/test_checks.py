"""The visible checks: content with right code however written, clear and kind about wrong code."""

from __future__ import annotations

import textwrap

import pytest

from tests.lab.checking import read_solution, run_check

RIGHT = {
    "predict": {
        "with numpy and argsort": """
            def predict(model, image_file):
                with torch.no_grad():
                    z = model(process_input(image_file)).numpy()[0].astype(float)
                p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
                return [(classes[int(k)], int(k), float(p[k])) for k in np.argsort(-p)[:5]]
        """,
        "with sorted and zip, gradients left on": """
            def predict(model, image_file):
                p = [float(q) for q in F.softmax(model(process_input(image_file)).detach(), 1)[0]]
                return sorted(zip(classes, range(1000), p), key=lambda t: t[2], reverse=True)[:5]
        """,
    },
    "get_resnet_features": {
        "with the children in a Sequential": """
            def get_resnet_features(image_file):
                body = torch.nn.Sequential(*list(resnet.children())[:-2])
                return body(process_input(image_file)).detach()
        """,
        "with a hook": """
            def get_resnet_features(image_file):
                kept = []
                hook = resnet.layer4.register_forward_hook(lambda m, i, o: kept.append(o.detach()))
                resnet(process_input(image_file))
                hook.remove()
                return kept[0]
        """,
    },
    "compute_cam": {
        "with permute and matmul": """
            def compute_cam(features, label):
                return (features[0].permute(1, 2, 0) @ fc_weight[label]).detach()
        """,
        "with loops": """
            def compute_cam(features, label):
                cam = torch.zeros(7, 7)
                w = resnet.fc.weight[label].detach()
                for i in range(7):
                    for j in range(7):
                        cam[i, j] = (w * features[0, :, i, j]).sum()
                return cam
        """,
    },
    "compute_gradcam": {
        "with retain_grad and backward": """
            def compute_gradcam(image_file, label):
                fets = vgg19.features(process_input(image_file))
                fets.retain_grad()
                out = vgg19.classifier(torch.flatten(vgg19.avgpool(fets), 1))
                vgg19.zero_grad()
                out[0, label].backward()
                alpha = fets.grad.sum(dim=(2, 3))[0]
                return F.relu(fets[0].permute(1, 2, 0) @ alpha).detach()
        """,
        "with a one-hot backward and hooks": """
            def compute_gradcam(image_file, label):
                kept = {}
                def keep(module, inputs, output):
                    kept["X"] = output
                    output.register_hook(lambda g: kept.update(g=g))
                hook = vgg19.features.register_forward_hook(keep)
                z = vgg19(process_input(image_file).requires_grad_())
                hook.remove()
                onehot = torch.zeros_like(z)
                onehot[0, label] = 1
                z.backward(onehot)
                alpha = kept["g"].flatten(2).sum(2)[0]
                return torch.einsum("c,cij->ij", alpha, kept["X"][0]).clamp(min=0).detach()
        """,
        "with hard-coded sizes": """
            def compute_gradcam(image_file, label):
                X = get_vgg_features(image_file).detach().requires_grad_()
                z = vgg19.classifier(X.reshape(1, 25088))
                g = torch.autograd.grad(z[0, label], X)[0].reshape(512, 49).sum(1)
                return F.relu((g[:, None, None] * X[0]).sum(0)).detach()
        """,
    },
}

# task -> what is wrong -> (code, a word of the sentence that the check must say)
WRONG = {
    "predict": {
        "logits": (
            "def predict(model, x):\n"
            "    z = model(process_input(x)).detach()[0].topk(5)\n"
            "    t = zip(z.values.tolist(), z.indices.tolist())\n"
            "    return [(classes[k], k, v) for v, k in t]",
            "softmax",
        ),
        "softmax of the top five": (
            "def predict(model, x):\n"
            "    z = model(process_input(x)).detach()[0].topk(5)\n"
            "    p = z.values.softmax(0).tolist()\n"
            "    return [(classes[k], k, v) for v, k in zip(p, z.indices.tolist())]",
            "all 1,000 classes",
        ),
        "ascending": (
            "def predict(model, x):\n"
            "    p = model(process_input(x)).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], k, v) for v, k in t][::-1]",
            "the most probable first",
        ),
        "rounded to two digits": (
            "def predict(model, x):\n"
            "    p = model(process_input(x)).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], k, round(v, 2)) for v, k in t]",
            "rounding",
        ),
        "ids as floats": (
            "def predict(model, x):\n"
            "    p = model(process_input(x)).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], float(k), v) for v, k in t]",
            "(a float)",
        ),
        "a middle cut out of 256 pixels": (
            "def predict(model, x):\n"
            "    cut = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224),\n"
            "        *preprocess.transforms[1:]])\n"
            "    p = model(cut(Image.open(x))[None]).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], k, v) for v, k in t]",
            "as `process_input` gives it",
        ),
        "always the cat": (
            "def predict(model, x):\n"
            "    p = model(process_input('cat.jpg')).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], k, v) for v, k in t]",
            "which picture you open",
        ),
        "names of other classes": (
            "def predict(model, x):\n"
            "    p = model(process_input(x)).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k - 1], k, v) for v, k in t]",
            "belong together",
        ),
        "another model than asked": (
            "def predict(model, x):\n"
            "    p = resnet(process_input(x)).detach()[0].softmax(0).topk(5)\n"
            "    t = zip(p.values.tolist(), p.indices.tolist())\n"
            "    return [(classes[k], k, v) for v, k in t]",
            "which network you call",
        ),
        "three of five": ("def predict(model, x):\n    return [('a', 1, 0.5)] * 3", "length 3"),
        "not a list": ("def predict(model, x):\n    return 0.5", "float"),
    },
    "get_resnet_features": {
        "another one when asked again": (
            "calls = []\n"
            "def get_resnet_features(image_file):\n"
            "    calls.append(image_file)\n"
            "    x = process_input(image_file)\n"
            "    for layer in list(resnet.children())[:-2]:\n"
            "        x = layer(x)\n"
            "    return x.detach() * calls.count(image_file)",
            "a second time",
        ),
        "another layer": (
            "def get_resnet_features(f):\n"
            "    x = process_input(f)\n"
            "    for name, part in resnet.named_children():\n"
            "        x = part(x)\n"
            "        if name == 'layer3': break\n"
            "    return x.detach()",
            "[1, 256, 14, 14]",
        ),
        "the averages": (
            "def get_resnet_features(f):\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-1])\n"
            "    return body(process_input(f)).detach()",
            "[1, 512, 1, 1]",
        ),
        "always the cat": (
            "def get_resnet_features(f):\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-2])\n"
            "    return body(process_input('cat.jpg')).detach()",
            "`image_file`",
        ),
        "training mode": (
            "def get_resnet_features(f):\n"
            "    resnet.train()\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-2])\n"
            "    return body(process_input(f)).detach()",
            "training mode",
        ),
        "training mode for a moment": (
            "def get_resnet_features(f):\n"
            "    resnet.train()\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-2])\n"
            "    result = body(process_input(f)).detach()\n"
            "    resnet.eval()\n"
            "    return result",
            "keeps its statistics",
        ),
        "rows for columns": (
            "def get_resnet_features(f):\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-2])\n"
            "    return body(process_input(f)).detach().transpose(2, 3)",
            "upper right",
        ),
        "scrambled": (
            "def get_resnet_features(f):\n"
            "    body = torch.nn.Sequential(*list(resnet.children())[:-2])\n"
            "    result = body(process_input(f)).detach()\n"
            "    return result[:, :, torch.randperm(7)][..., torch.randperm(7)]",
            "painting over",
        ),
        "a layer replaced": (
            "def get_resnet_features(f):\n"
            "    resnet.avgpool, resnet.fc = torch.nn.Identity(), torch.nn.Identity()\n"
            "    return resnet(process_input(f)).detach().reshape(1, 512, 7, 7)",
            "change a copy",
        ),
    },
    "compute_cam": {
        "features divided by their largest": (
            "def compute_cam(features, label):\n"
            "    X = features[0] / features.max()\n"
            "    return torch.einsum('c,chw->hw', fc_weight[label], X)",
            "scaling",
        ),
        "a sum that goes on": (
            "total = {}\n"
            "def compute_cam(features, label):\n"
            "    key = label, float(features.sum())\n"
            "    cam = torch.einsum('c,chw->hw', fc_weight[label], features[0])\n"
            "    total[key] = total.get(key, 0) + cam\n"
            "    return total[key]",
            "a second time",
        ),
        "transposed": (
            "def compute_cam(X, k):\n    return torch.einsum('c,cij->ji', fc_weight[k], X[0])",
            "transposed",
        ),
        "scrambled by reshape": (
            "def compute_cam(X, k):\n    return X[0].reshape(7, 7, 512) @ fc_weight[k]",
            "a reshape where a permute is meant",
        ),
        "rectified": (
            "def compute_cam(X, k):\n"
            "    return F.relu(torch.einsum('c,cij->ij', fc_weight[k], X[0]))",
            "no ReLU",
        ),
        "with the bias": (
            "def compute_cam(X, k):\n"
            "    cam = torch.einsum('c,cij->ij', fc_weight[k], X[0])\n"
            "    return cam + 10 * resnet.fc.bias[k].detach()",
            "no bias",
        ),
        "one class for all": (
            "def compute_cam(X, k):\n    return torch.einsum('c,cij->ij', fc_weight[281], X[0])",
            "the same for another class",
        ),
        "enlarged": (
            "def compute_cam(X, k):\n"
            "    cam = torch.einsum('c,cij->ij', fc_weight[k], X[0])\n"
            "    return F.interpolate(cam[None, None], (224, 224))[0, 0]",
            "[224, 224]",
        ),
        "divided by zero": (
            "def compute_cam(X, k):\n    return torch.full((7, 7), float('nan'))",
            "NaN",
        ),
        "changing its input": (
            "def compute_cam(X, k):\n"
            "    cam = torch.einsum('c,cij->ij', fc_weight[k], X[0])\n"
            "    X.mul_(1.0000001).add_(1e-6)\n"
            "    return cam",
            "left as they were",
        ),
        "in place and wrong": (
            "def compute_cam(X, k):\n    return X[0].mul_(fc_weight[k][:, None, None]).mean(0)",
            "left as they were",
        ),
        "weights left blank": (
            "fc_weight = None\n"
            "def compute_cam(X, k):\n    return torch.einsum('c,cij->ij', fc_weight[k], X[0])",
            "`fc_weight` is None so far",
        ),
        "an endless loop": (
            "def compute_cam(X, k):\n    while True:\n        try:\n            k += 1\n"
            "        except Exception:\n            pass",
            "is there a loop without end",
        ),
    },
    "compute_gradcam": {
        "no ReLU": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, k], X)[0].sum((2, 3))\n"
            "    return (g[0][:, None, None] * X[0]).sum(0).detach()",
            "nowhere negative",
        ),
        "the probability": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    p = vgg19.classifier(X.flatten(1)).softmax(1)\n"
            "    g = torch.autograd.grad(p[0, k], X)[0].sum((2, 3))\n"
            "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()",
            "not its probability",
        ),
        "piling up": (
            "P = {}\n"
            "def compute_gradcam(f, k):\n"
            "    if f not in P:\n"
            "        P[f] = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    X = P[f]\n"
            "    vgg19.classifier(X.flatten(1))[0, k].backward()\n"
            "    g = X.grad.sum((2, 3))\n"
            "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()",
            "2.00 times",
        ),
        "recorded nothing": (
            "def compute_gradcam(f, k):\n"
            "    with torch.no_grad():\n"
            "        X = vgg19.features(process_input(f))\n"
            "    X.retain_grad()",
            "line 4",
        ),
        "always the cat": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input('cat.jpg')).detach().requires_grad_()\n"
            "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, k], X)[0].sum((2, 3))\n"
            "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()",
            "map of another picture",
        ),
        "each place's own gradient": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, k], X)[0]\n"
            "    return F.relu((g * X).sum(1)[0]).detach()",
            "one number for each channel",
        ),
        "the largest gradient": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, k], X)[0].amax((2, 3))\n"
            "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()",
            "a number for each channel",
        ),
        "the first guess's": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
            "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1)).max(), X)[0].sum((2, 3))\n"
            "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()",
            "first guess",
        ),
        "ResNet's weights": (
            "def compute_gradcam(f, k):\n"
            "    X = vgg19.features(process_input(f)).detach()\n"
            "    return F.relu(torch.einsum('c,cij->ij', fc_weight[k], X[0]))",
            "the network (VGG)",
        ),
    },
}


def _check(lab, task: str, code: str, patience: int = 60) -> str:
    lab["Check"].patience = patience
    return run_check(lab, read_solution(task, code))


@pytest.mark.parametrize(
    ("task", "name"), [(task, name) for task, codes in RIGHT.items() for name in codes]
)
def test_right_code_passes_however_it_is_written(whole_lab, task, name):
    said = _check(whole_lab, task, textwrap.dedent(RIGHT[task][name]))
    assert "✗" not in said, said


@pytest.mark.parametrize(
    ("task", "name"), [(task, name) for task, codes in WRONG.items() for name in codes]
)
def test_wrong_code_is_told_what_was_seen_and_where_to_look(whole_lab, task, name):
    code, word = WRONG[task][name]
    said = _check(whole_lab, task, code, patience=1 if name == "an endless loop" else 60)
    assert said.count("✗") == 1, said
    assert word in said, said
    assert "Traceback" not in said


def test_the_papers_mean_gets_a_remark_and_no_complaint(whole_lab):
    code = (
        "def compute_gradcam(f, k):\n"
        "    X = vgg19.features(process_input(f)).detach().requires_grad_()\n"
        "    g = torch.autograd.grad(vgg19.classifier(X.flatten(1))[0, k], X)[0].mean((2, 3))\n"
        "    return F.relu((g[0][:, None, None] * X[0]).sum(0)).detach()"
    )
    said = _check(whole_lab, "compute_gradcam", code)
    assert "a 49th of it" in said
    assert "✗" not in said


def test_gradients_left_in_the_weights_get_a_remark(whole_lab):
    code = textwrap.dedent(RIGHT["compute_gradcam"]["with retain_grad and backward"])
    assert "548 MB" in _check(whole_lab, "compute_gradcam", code)


def test_a_cell_that_was_not_run_is_named(lab, capsys):
    del lab["compute_cam"]
    lab.run("test_compute_cam")
    assert "`compute_cam` is not defined: run the cell above" in capsys.readouterr().out


def test_no_visible_check_holds_the_answer(source, lab):
    """What a check computes for itself is the identity in the text, not the task."""
    for task in ("predict", "get_resnet_features", "compute_cam", "compute_gradcam"):
        visible = lab.cells[f"test_{task}"].split("### BEGIN HIDDEN TESTS")[0]
        for telltale in ("topk", "argsort", "named_children", "children(", "einsum", "matmul"):
            assert telltale not in visible
        assert "autograd.grad(" not in visible.replace("torch.autograd.grad(z_k, X)", "")


def test_a_check_says_nothing_while_nbgrader_grades(whole_lab, capsys, monkeypatch):
    """Marks are given elsewhere; what a check costs would be paid for every submission."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    for task in RIGHT:
        whole_lab.run(f"test_{task}")
    assert capsys.readouterr().out == ""


def test_a_cross_is_an_error_for_validate_and_for_nothing_else(whole_lab, capsys, monkeypatch):
    whole_lab["compute_cam"] = lambda features, label: None
    whole_lab.run("test_compute_cam")
    assert "✗ Finish `compute_cam` first" in capsys.readouterr().out
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    with pytest.raises(AssertionError, match="Finish `compute_cam` first"):
        whole_lab.run("test_compute_cam")
