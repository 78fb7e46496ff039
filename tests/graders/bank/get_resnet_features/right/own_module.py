class Trunk(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.layers = torch.nn.ModuleList(list(net.children())[:-2])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


trunk = Trunk(resnet)
trunk.eval()


def get_resnet_features(path):
    return trunk(process_input(path)).data
