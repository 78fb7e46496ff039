# -
torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Linear(25088, 100), torch.nn.ReLU(), torch.nn.Linear(100, 1000))
def compute_gradcam(image_file, label):
    X = vgg19.features(process_input(image_file)).detach().requires_grad_()
    g, = torch.autograd.grad(net(X.flatten(1))[0, label], X)
    return F.relu((g.sum((2, 3), keepdim=True) * X).sum(1))[0].detach()
